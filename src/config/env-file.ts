import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

/** Adds what a file `.env` in the working folder sets to the environment; what is set there already stays. */
export function readEnvFile(): void {
  if (existsSync('.env')) loadEnvFile('.env');
}
