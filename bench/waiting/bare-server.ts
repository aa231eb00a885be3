// The floor: nothing but node:http that opens a stream for every request and says at times that it is alive.
//
//   node bench/waiting/bare-server.ts <keepalive in ms> <the text of a keepalive>
import { createServer } from 'node:http';

const [keepaliveMs, keepalive] = [Number(process.argv[2]), process.argv[3] ?? ''];

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(':\n\n');
  const timer = setInterval(() => response.write(keepalive), keepaliveMs);
  response.once('close', () => clearInterval(timer));
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
});
process.once('SIGTERM', () => process.exit());
