import { MatchingStreamClient } from './nodejs-streaming-client.js';

const client = new MatchingStreamClient('http://localhost:8001');

// Start interactive matching
await client.startMatching('550e8400-e29b-41d4-a716-446655440001', {
    limit: 5,
    maxDistanceKm: 15.0,
    includeExplanations: true
});
