import { GraphQLError, Kind, type ValidationRule } from 'graphql';
import { OperationScale, type OperationSize } from './operation-size.ts';

/** The most that an operation may have of each. */
export type OperationLimits = OperationSize;

/**
 * More than half as much again as the fullest sensible documents have: GraphiQL's introspection (depth 18, cost 51,863),
 * and everything that `matchingSession` can say (depth 8, cost 12,018). Neither has an alias or a directive.
 */
export const OPERATION_LIMITS: OperationLimits = { depth: 30, aliases: 15, directives: 50, cost: 100_000 };

const NAMES = ['depth', 'aliases', 'directives', 'cost'] as const satisfies readonly (keyof OperationLimits)[];

/** Refuses operations beyond the limits. An error says which one, its value and the operation's, and nothing else. */
export function operationLimitsRule(limits: OperationLimits): ValidationRule {
  return (context) => ({
    Document(document) {
      const scale = new OperationScale(context.getSchema(), document);
      for (const operation of document.definitions) {
        if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
        const size = scale.measure(operation);
        for (const name of NAMES.filter((one) => size[one] > limits[one])) {
          context.reportError(tooMuch(name, size[name], limits[name]));
        }
      }
    },
  });
}

function tooMuch(name: keyof OperationLimits, found: number, limit: number): GraphQLError {
  // A fragment of fragments can cost more than a number can tell apart.
  const said = Number.isSafeInteger(found) ? `is ${found}` : `is above ${Number.MAX_SAFE_INTEGER}`;
  const many = name === 'aliases' || name === 'directives';
  return new GraphQLError(
    many
      ? `Too many ${name}: at most ${limit} are taken, and their number here ${said}.`
      : `Too great a ${name}: at most ${limit} is taken, and here it ${said}.`,
  );
}
