/** What is wrong with one variable, or with several that do not go together. */
export interface ConfigIssue {
  /** The variables concerned, the first of them the one to change. */
  readonly variables: readonly string[];
  /** What was given and what is allowed, without a secret. */
  readonly message: string;
}

/** The environment cannot be used. The message lists everything that is wrong with it, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    const lines = issues.map((issue) => `  ${issue.variables.join(', ')}: ${issue.message}`);
    super(['The environment has wrong settings:', ...lines].join('\n'));
    this.issues = issues;
  }
}
