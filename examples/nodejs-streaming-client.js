export * from '../dist/nodejs-streaming-client.js';
