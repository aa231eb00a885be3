import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of the operations that the tests send, from the printed schema. `--check` fails when they are stale. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['test/support/operations.ts'],
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'documentNode',
        useTypeImports: true,
        importExtension: '.ts',
        enumType: 'string-literal',
        strictScalars: true,
        scalars: { Timestamp: 'number', ID: 'string' },
      },
    },
  },
};

export default config;
