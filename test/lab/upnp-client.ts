import { createSocket } from 'node:dgram'

const SEARCH = { address: '239.255.255.250', port: 1900 }
const GATEWAY = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'
/** Version 1 or 2, as the router says. */
const SERVICE = /<serviceType>(urn:schemas-upnp-org:service:WANIPConnection:\d)<\/serviceType>/
const ENVELOPE = [
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
  's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"',
].join(' ')
const ANSWER_TIMEOUT_MS = 5_000

/** Asks the router for a TCP port as the UPnP forum wrote it down, and gives where the outside finds it. */
export async function mapByUpnp(inner: string, port: number): Promise<{ address: string; port: number }> {
  const description = await search(inner)
  const text = await (await fetch(description)).text()
  const described = text.split('<service>').find((one) => SERVICE.test(one)) ?? ''
  const service = SERVICE.exec(described)?.[1]
  const path = /<controlURL>(.*?)<\/controlURL>/.exec(described)?.[1]
  if (path === undefined || service === undefined) throw new Error('the router gives no ports')
  const control = { url: new URL(path, description), service }
  await soap(control, 'AddPortMapping', {
    NewRemoteHost: '',
    NewExternalPort: port,
    NewProtocol: 'TCP',
    NewInternalPort: port,
    NewInternalClient: inner,
    NewEnabled: 1,
    NewPortMappingDescription: 'the lab',
    NewLeaseDuration: 600,
  })
  const answer = await soap(control, 'GetExternalIPAddress', {})
  const address = /<NewExternalIPAddress>(.*?)<\/NewExternalIPAddress>/.exec(answer)?.[1]
  if (address === undefined) throw new Error('the router does not say where it is')
  return { address, port }
}

async function search(inner: string): Promise<URL> {
  const socket = createSocket('udp4')
  const { promise, resolve, reject } = Promise.withResolvers<URL>()
  const timer = setTimeout(() => reject(new Error('no router answers')), ANSWER_TIMEOUT_MS)
  socket.on('message', (bytes) => {
    const [, location] = /^location:\s*(\S+)/im.exec(bytes.toString()) ?? []
    if (location !== undefined) resolve(new URL(location))
  })
  socket.bind(0, inner, () => {
    const host = `${SEARCH.address}:${SEARCH.port}`
    const head = ['M-SEARCH * HTTP/1.1', `HOST: ${host}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${GATEWAY}`]
    socket.send(`${head.join('\r\n')}\r\n\r\n`, SEARCH.port, SEARCH.address)
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    socket.close()
  }
}

async function soap(
  { url, service }: { url: URL; service: string },
  action: string,
  fields: Record<string, string | number>,
): Promise<string> {
  const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`).join('')
  const call = `<u:${action} xmlns:u="${service}">${inside}</u:${action}>`
  const body = `<?xml version="1.0"?><s:Envelope ${ENVELOPE}><s:Body>${call}</s:Body></s:Envelope>`
  const headers = { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${service}#${action}"` }
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  if (!response.ok) throw new Error(`the router refuses ${action}: ${text}`)
  return text
}
