import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, familyOf, freePort, startProcess } from './processes.ts';

/** Another gateway in front of the same upstream. It checks no key and charges nothing unless said. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  processes(): number[];
  readonly stop: () => Promise<void>;
}

type StartPeer = (folder: string, upstreamUrl: string) => Promise<Peer | string>;

const cache = join(import.meta.dirname, '../node_modules/.cache/bench-peers');
const portkeyVersion = '1.15.2';
const litellmVersion = '1.108.7';

/** The least a proxy can do: no JSON, no key. A string says why a peer is left out. */
const startNginx: StartPeer = async (folder, upstreamUrl) => {
  const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
  if (nginx === undefined) return 'nginx: not installed';
  const port = await freePort();
  const home = join(folder, 'nginx');
  mkdirSync(home);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  );
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${home}/pid; error_log ${home}/errors warn;
events { worker_connections 4096; }
http {
  access_log off; client_body_buffer_size 256k; keepalive_requests 100000000; ${paths.join(' ')}
  upstream model { server ${new URL(upstreamUrl).host}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`,
  );
  const url = `http://127.0.0.1:${port}`;
  const { child, stop } = await startProcess(
    nginx,
    ['-e', `${home}/errors`, '-c', join(home, 'nginx.conf')],
    {},
    () => answers(`${url}/`),
  );
  return { name: 'nginx', url, headers: {}, processes: () => familyOf(child.pid ?? 0), stop };
};

const startPortkey: StartPeer = async (_folder, upstreamUrl) => {
  const home = join(cache, `portkey-${portkeyVersion}`);
  const main = join(home, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(main)) {
    mkdirSync(home, { recursive: true });
    // With newer ones every stream of this version fails (its issue 1389).
    const described = {
      private: true,
      dependencies: { '@portkey-ai/gateway': portkeyVersion },
      overrides: { '@hono/node-server': '1.13.8', hono: '4.9.7' },
    };
    writeFileSync(join(home, 'package.json'), JSON.stringify(described));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=dev'], { cwd: home, stdio: 'ignore' });
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { child, stop } = await startProcess(
    process.execPath,
    [main, '--headless', `--port=${port}`],
    { cwd: home, env: { NODE_ENV: 'production' } },
    () => answers(url),
  );
  const headers = {
    authorization: 'Bearer sk-bench',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstreamUrl}/v1`,
  };
  return { name: `Portkey ${portkeyVersion}`, url, headers, processes: () => familyOf(child.pid ?? 0), stop };
};

const startLiteLlm: StartPeer = async (folder, upstreamUrl) => {
  const home = join(cache, `litellm-${litellmVersion}`);
  const main = join(home, 'bin/litellm');
  if (!existsSync(main)) {
    execFileSync('python3', ['-m', 'venv', home], { stdio: 'ignore' });
    execFileSync(join(home, 'bin/pip'), ['install', '--quiet', `litellm[proxy]==${litellmVersion}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const key = 'sk-bench-0123456789abcdef';
  const config = join(folder, 'litellm.yaml');
  writeFileSync(
    config,
    `model_list:
  - {model_name: bench, litellm_params: {model: openai/bench, api_base: "${upstreamUrl}/v1", api_key: sk-bench}}
general_settings: {master_key: ${key}}
litellm_settings: {telemetry: false, set_verbose: false, num_retries: 0}
`,
  );
  const { child, stop } = await startProcess(
    main,
    ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'],
    { env: { LITELLM_LOG: 'ERROR' } },
    () => answers(`${url}/health/liveliness`),
  );
  const headers = { authorization: `Bearer ${key}` };
  return { name: `LiteLLM ${litellmVersion}`, url, headers, processes: () => familyOf(child.pid ?? 0), stop };
};

/** Starts what there is; a peer that cannot be had here is named with the reason. */
export async function startPeers(folder: string, upstreamUrl: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const start of [startNginx, startPortkey, startLiteLlm]) {
    const peer = await start(folder, upstreamUrl).catch((error: Error) => error.message);
    if (typeof peer === 'string') process.stdout.write(`left out: ${peer}\n`);
    else peers.push(peer);
  }
  return peers;
}
