import {
  GraphQLError,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { OPERATION_LIMITS, operationLimitsRule, type OperationLimits } from './document-limits/operation-limits.ts';

/** Bounds of the cache, and of a document. */
export interface DocumentLimits extends OperationLimits {
  /** Documents that are kept. */
  readonly documents: number;
  /** Characters of a document beyond which it is not kept. */
  readonly characters: number;
  /** Characters of all documents that are kept: a parsed one takes some hundred times its text. */
  readonly allCharacters: number;
  /** Tokens of a document beyond which it is refused: validation can take time in their square. */
  readonly tokens: number;
}

const LIMITS: DocumentLimits = {
  ...OPERATION_LIMITS,
  documents: 1000,
  characters: 16_384,
  allCharacters: 500_000,
  tokens: 1000,
};

/** Errors about one document: each takes a look at the whole text, for the lines and columns that it speaks of. */
const MOST_ERRORS = 5;

/** A document, or what is wrong with it. */
export type PreparedDocument =
  | { readonly document: DocumentNode; readonly errors?: never }
  | { readonly errors: readonly GraphQLError[]; readonly document?: never };

interface DocumentCacheOptions {
  /** Whether the schema may be asked for its own shape, and errors suggest names of it. */
  readonly introspection: boolean;
  readonly limits?: Partial<DocumentLimits>;
}

/** Parses and validates documents, once for each text while it is in use. */
export class DocumentCache {
  readonly #schema: GraphQLSchema;
  readonly #limits: DocumentLimits;
  /** Of linear time: the other rules can take far longer, and all of the stack, over what is beyond these. */
  readonly #bounds: readonly ValidationRule[];
  readonly #rules: readonly ValidationRule[];
  readonly #hideSuggestions: boolean;
  /** Valid ones only, the least recently used first: a wrong one is not worth a good one's place. */
  readonly #kept = new Map<string, PreparedDocument>();
  #characters = 0;

  constructor(schema: GraphQLSchema, options: DocumentCacheOptions) {
    this.#schema = schema;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#bounds = [operationLimitsRule(this.#limits), NoFragmentCyclesRule];
    this.#rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    this.#hideSuggestions = !options.introspection;
  }

  /** Documents that are kept now. */
  get size(): number {
    return this.#kept.size;
  }

  /** Whether a text is kept now. */
  has(text: string): boolean {
    return this.#kept.has(text);
  }

  /**
   * What a text says, if it parses and is within the bounds, in time linear in its length. It may be invalid all the same:
   * only what comes from `check` may be executed.
   */
  read(text: string): PreparedDocument {
    return this.#kept.get(text) ?? this.#read(text);
  }

  /** The document that was read in a text, if it is valid. Takes far longer than to read it, unless it is kept. */
  check(text: string, document: DocumentNode): PreparedDocument {
    const checked = this.#take(text) ?? this.#check(document);
    if (checked.document !== undefined && text.length <= this.#limits.characters) this.#keep(text, checked);
    return checked;
  }

  #read(text: string): PreparedDocument {
    try {
      const document = parse(text, { maxTokens: this.#limits.tokens });
      const errors = validate(this.#schema, document, this.#bounds, { maxErrors: MOST_ERRORS });
      return errors.length === 0 ? { document } : { errors };
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
  }

  #check(document: DocumentNode): PreparedDocument {
    const errors = validate(this.#schema, document, this.#rules, {
      hideSuggestions: this.#hideSuggestions,
      maxErrors: MOST_ERRORS,
    });
    return errors.length === 0 ? { document } : { errors };
  }

  #take(text: string): PreparedDocument | undefined {
    const prepared = this.#kept.get(text);
    if (this.#kept.delete(text)) this.#characters -= text.length;
    return prepared;
  }

  #keep(text: string, prepared: PreparedDocument): void {
    this.#kept.set(text, prepared);
    this.#characters += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#limits.documents && this.#characters <= this.#limits.allCharacters) return;
      this.#take(oldest);
    }
  }
}
