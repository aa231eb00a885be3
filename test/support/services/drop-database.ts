import { dropDatabase } from './databases.ts';

// Run by the guardian when the process that made the database has gone.
await dropDatabase(process.env['SERVER_URL'] ?? '', process.env['DATABASE_NAME'] ?? '');
