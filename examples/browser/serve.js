// Serves the page of this folder, and passes /api on to the server, so that both are of one origin.
//
//   node examples/browser/serve.js [api url] [port]
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream';

const [apiUrl = 'http://127.0.0.1:8001', port = '8080'] = process.argv.slice(2);
const api = new URL(apiUrl);

const FILES = new Map([
  ['/', ['index.html', 'text/html']],
  ['/page.css', ['page.css', 'text/css']],
  ['/page.js', ['page.js', 'text/javascript']],
  ['/session.js', ['session.js', 'text/javascript']],
]);

// The server is told its own name, so its guards against other sites' pages stand here: this one speaks to itself only.
function isOwn({ host = '', origin = `http://${host}` }) {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host) && origin === `http://${host}`;
}

/** Nothing is gathered up on the way; what is cut on one side is cut on the other, so that an EventSource comes back. */
function passOn(req, res) {
  const headers = { ...req.headers, host: api.host };
  delete headers.origin;
  const { url: path, method } = req;
  const onward = request({ hostname: api.hostname, port: api.port, path, method, headers });
  onward.on('response', (answer) => {
    res.writeHead(answer.statusCode, answer.headers).flushHeaders();
    pipeline(answer, res, () => {});
  });
  onward.on('error', () => res.destroy());
  res.on('close', () => onward.destroy());
  req.pipe(onward);
}

async function sendFile(res, [name, type]) {
  const headers = {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': "default-src 'self'; img-src data:",
  };
  res.writeHead(200, headers).end(await readFile(new URL(name, import.meta.url)));
}

const server = createServer((req, res) => {
  const path = req.url.replace(/\?.*$/s, '');
  const file = FILES.get(path);
  if (!isOwn(req.headers)) res.writeHead(403).end('This page speaks to its own origin only.\n');
  else if (path.startsWith('/api/')) passOn(req, res);
  else if (file === undefined) res.writeHead(404).end('There is nothing at this path.\n');
  else void sendFile(res, file);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
