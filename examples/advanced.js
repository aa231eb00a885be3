// A client of one's own on top of the documented one: it asks for a place of work once and remembers it, keeps the
// offers in a database, and tells the person when they are there.
//
//   node examples/advanced.js [parent id] [database file]
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MatchingStreamClient } from './nodejs-streaming-client.js';

class CustomMatchingClient extends MatchingStreamClient {
    
    async handleLocationInput(message) {
        // Custom location input logic
        if (message.field_name === 'work_location') {
            // Check local cache first
            const cachedLocation = await this.getCachedWorkLocation();
            if (cachedLocation) {
                return cachedLocation;
            }
        }
        
        // Fall back to parent implementation
        return super.handleLocationInput(message);
    }
    
    async handleMatchResults(message) {
        // Custom result processing
        await this.saveResultsToDatabase(message.offers);
        await this.notifyUser(message.offers);
        
        // Call parent for display
        await super.handleMatchResults(message);
    }
}

/** What the class above leaves open, with a file of SQLite for the cache and the offers. */
class RememberingClient extends CustomMatchingClient {
    constructor(url, file) {
        super(url);
        this.database = new DatabaseSync(file);
        this.database.exec(`
            CREATE TABLE IF NOT EXISTS places (name TEXT PRIMARY KEY, answer TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS offers (center_id TEXT PRIMARY KEY, center_name TEXT NOT NULL, score REAL NOT NULL);
        `);
    }

    async startMatching(parentId, options) {
        process.exitCode = 1;
        try {
            const results = await super.startMatching(parentId, options);
            process.exitCode = 0;
            return results;
        } catch (error) {
            console.error(`${error.code}: ${error.message}`);
            throw error;
        }
    }

    async handleLocationInput(message) {
        // A second attempt: the place that was given before could not be found.
        if (message.context.attempt > 1) this.database.prepare('DELETE FROM places WHERE name = ?').run(message.field_name);
        const answer = await super.handleLocationInput(message);
        const remember = this.database.prepare('INSERT OR REPLACE INTO places VALUES (?, ?)');
        if (!answer.declined) remember.run(message.field_name, JSON.stringify(answer));
        return answer;
    }

    async getCachedWorkLocation() {
        const row = this.database.prepare('SELECT answer FROM places WHERE name = ?').get('work_location');
        return row && JSON.parse(row.answer);
    }

    async saveResultsToDatabase(offers) {
        const save = this.database.prepare('INSERT OR REPLACE INTO offers VALUES (?, ?, ?)');
        for (const { center_id, center_name, score } of offers) save.run(center_id, center_name, score);
    }

    async notifyUser(offers) {
        // The bell of the terminal.
        console.log(`\u0007${offers.length} offers have come and are saved.`);
    }
}

const [parentId = '550e8400-e29b-41d4-a716-446655440001', file = join(import.meta.dirname, 'family.sqlite')] =
    process.argv.slice(2);
const options = { limit: 5, maxDistanceKm: 15.0, includeExplanations: true };
const client = new RememberingClient('http://localhost:8001', file);

try {
    await client.startMatching(parentId, options);
} catch (error) {
    if (error.code === 'SESSION_TIMEOUT') {
        console.log('Session timed out, please try again');
    } else if (error.code === 'NETWORK_ERROR') {
        console.log('Network error, retrying...');
        await client.startMatching(parentId, options);
    }
}
