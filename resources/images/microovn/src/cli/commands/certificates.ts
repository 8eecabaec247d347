import { readFile } from 'node:fs/promises';
import { CERTIFICATE_NAMES, type CertificateAuthority } from '../../api.ts';
import { exactly, oneOf, type Command, type Invocation } from '../command.ts';
import { CommandError, DaemonError, prefixed } from '../command-error.ts';
import { caText, certificatesJson, certificatesText, reissueText } from './certificate-text.ts';

/** Seconds every member together may take to get new certificates. */
const CA_TIMEOUT = 120;

/** `microovn certificates …` */
export const certificates: Command = {
  name: 'certificates',
  short: 'Show and renew the certificates OVN uses',
  commands: [
    {
      name: 'list',
      short: 'List the certificates of this member',
      args: exactly(0),
      flags: [
        { name: 'format', shorthand: 'f', kind: 'text', usage: 'Output `FORMAT`: text or json', fallback: 'text' },
      ],
      run: list,
    },
    {
      name: 'regenerate-ca',
      short: 'Make a new CA and issue every certificate of the cluster anew',
      args: exactly(0),
      run: async ({ daemon, out }) => {
        out(caText(await daemon.call('PUT /1.0/ca', { body: null, timeout: CA_TIMEOUT })));
      },
    },
    {
      name: 'reissue',
      usage: 'CERTIFICATE',
      short: `Issue a certificate of this member anew: ${CERTIFICATE_NAMES.join(', ')} or all`,
      args: oneOf([...CERTIFICATE_NAMES, 'all']),
      run: reissue,
    },
    {
      name: 'set-ca',
      short: 'Use a CA of your own and issue every certificate of the cluster anew',
      args: exactly(0),
      flags: [
        { name: 'cert', kind: 'text', usage: 'Certificate of the CA, PEM `FILE`' },
        { name: 'combined', kind: 'bool', usage: 'Read certificate and private key from stdin' },
        { name: 'key', kind: 'text', usage: 'Private key of the CA, PEM `FILE`' },
      ],
      run: async (invocation) => {
        const body = await givenAuthority(invocation);
        invocation.out(caText(await invocation.daemon.call('PUT /1.0/ca', { body, timeout: CA_TIMEOUT })));
      },
    },
  ],
};

async function list({ daemon, flags, out }: Invocation): Promise<void> {
  const format = flags.text('format');
  if (format !== 'text' && format !== 'json') throw new CommandError(`unknown output format specified: ${format}`);
  const found = await daemon.call('GET /1.0/certificates');
  out(format === 'json' ? certificatesJson(found) : certificatesText(found));
}

async function reissue({ daemon, args, out }: Invocation): Promise<void> {
  const name = CERTIFICATE_NAMES.find((candidate) => candidate === args[0]) ?? 'all';
  try {
    out(reissueText(await daemon.call('PUT /1.0/certificates/:name', { params: { name } })));
  } catch (thrown) {
    const refused = thrown instanceof DaemonError && thrown.status === 400;
    throw prefixed(thrown, refused ? 'command failed: failed to reissue certificate: ' : 'command failed: ');
  }
}

async function givenAuthority({ flags, readAll }: Invocation): Promise<CertificateAuthority> {
  const [cert, key] = [flags.text('cert'), flags.text('key')];
  if (flags.bool('combined') === (cert !== '' || key !== '')) {
    throw new CommandError('you must use --combined xor (--key and --cert)');
  }
  if (flags.bool('combined')) return splitPem(await readAll());
  if (cert === '' || key === '') throw new CommandError('you must use either both or none of --key and --cert');
  return readAuthority(cert, key);
}

/**
 * Reads a CA from two files.
 * @throws CommandError `failed to read certificate file: open F: no such file or directory`, or the like for the key
 */
export async function readAuthority(certificateFile: string, keyFile: string): Promise<CertificateAuthority> {
  return {
    certificate: await readText(certificateFile, 'certificate'),
    key: await readText(keyFile, 'private key'),
  };
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    const reasons = new Map([
      ['ENOENT', 'no such file or directory'],
      ['EACCES', 'permission denied'],
      ['EISDIR', 'is a directory'],
    ]);
    throw new CommandError(`failed to read ${what} file: open ${file}: ${reasons.get(code) ?? code}`, {
      cause: thrown,
    });
  }
}

/**
 * Certificates and private key out of one PEM text in any order.
 * @throws CommandError when one of them is not there
 */
export function splitPem(text: string): CertificateAuthority {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
  const certificates = blocks.filter((block) => block.startsWith('-----BEGIN CERTIFICATE-----'));
  const key = blocks.find((block) => /^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(block));
  const problem =
    certificates.length === 0 ? 'no certificates found' : key === undefined ? 'no private key found' : null;
  if (key === undefined || problem !== null) {
    throw new CommandError(`failed to parse certificates and keys from stdin: ${problem ?? ''}`);
  }
  return { certificate: `${certificates.join('\n')}\n`, key: `${key}\n` };
}
