import type { Browser, Page } from 'playwright-core';
import { Program } from '../support/program.ts';
import { openBrowser } from '../support/browser.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

/** The page of the examples as a browser has it: browser, near link, the page's server, far link, the service. */
export interface Site extends AsyncDisposable {
  readonly app: TestApp;
  /** Between the browser and the page's server. */
  readonly near: TcpProxy;
  /** Between the page's server and the service. */
  readonly far: TcpProxy;
  /** Where a browser finds the page. */
  readonly url: string;
  /** A fresh page, with nothing in it. */
  newPage(): Promise<Page>;
}

/** Brings all of it up. Takes as long as a browser takes, and its installation where there is none. */
export async function openSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const browser: Browser = stack.use(await openBrowser());
  const app = stack.use(await startTestApp());
  const far = stack.use(await TcpProxy.open(app.url));
  const server = stack.use(new Program('node', ['examples/browser/serve.js', far.url, '0']));
  const [served] = await server.prints(/http:\/\/127\.0\.0\.1:\d+/);
  const near = stack.use(await TcpProxy.open(served));
  const owned = stack.move();
  return {
    app,
    near,
    far,
    url: near.url,
    newPage: () => browser.newPage(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
