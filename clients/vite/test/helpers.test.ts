import { join } from 'node:path'
import { describe, expect, test, vi, onTestFinished } from 'vitest'
import { locateHome } from '../src/home.js'
import { resolveDomains, resolveUrl } from '../src/index.js'
import { fakeCommand } from './support/fakeCommand.js'
import { FakeDaemon } from './support/fakeDaemon.js'
import { site, temporary } from './support/places.js'

describe('resolveDomains', () => {
  test('is repository, branch, label and base', () => {
    expect(resolveDomains({}, site('My Shop', 'feature/foo'))).toEqual(['my-shop.feature-foo.localhost'])
    expect(resolveDomains({ instanceLabel: 'Admin', baseDomain: 'dev.test' }, site())).toEqual(['shop.main.admin.dev.test'])
    expect(resolveDomains({ repo: 'a', branch: 'b' }, site())).toEqual(['a.b.localhost'])
    expect(resolveDomains({ branch: '' }, site())).toEqual(['shop.localhost'])
  })

  test('knows the public loopback domains', () => {
    expect(resolveDomains({ loopbackDomain: 'localtest.me' }, site())).toEqual(['shop.main.localtest.me'])
    expect(resolveDomains({ loopbackDomain: 'lvh.me' }, site())).toEqual(['shop.main.lvh.me'])
    expect(resolveDomains({ loopbackDomain: 'nip.io' }, site())).toEqual(['shop.main.127.0.0.1.nip.io'])
  })

  test('keeps a given domain as it is', () => {
    expect(resolveDomains({ domain: 'App.Example.test' }, site())).toEqual(['App.Example.test'])
    expect(resolveDomains({ domain: ['a.test', '*.b.test'] }, site())).toEqual(['a.test', '*.b.test'])
  })

  test('says what to do where nothing is left of a name', () => {
    expect(() => resolveDomains({ repo: '日本語' }, site())).toThrow('option repo')
  })
})

describe('resolveUrl', () => {
  test('has the daemon’s port, and none where it is 443', async () => {
    const daemon = await new FakeDaemon(temporary()).start()
    expect(await resolveUrl({ home: daemon.home }, site())).toBe('https://shop.main.localhost:8443')
    daemon.httpsPort = 443
    expect(await resolveUrl({ home: daemon.home }, site())).toBe('https://shop.main.localhost')
  })

  test('starts the daemon when it is down', async () => {
    const daemon = new FakeDaemon(temporary())
    const { bin } = await fakeCommand(daemon)
    expect(await resolveUrl({ home: daemon.home, bin, domain: ['*.a.test', 'b.test'] }, site())).toBe('https://b.test:8443')
  })

  test('says what to do where it cannot be started', async () => {
    vi.stubEnv('PATH', '/nowhere')
    vi.stubEnv('SIGNALBOX_BIN', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(resolveUrl({ home: temporary() }, site())).rejects.toThrow(/SIGNALBOX_BIN/)
  })

  test('is plain http where no certificate can be had', async () => {
    const daemon = await new FakeDaemon(temporary()).start()
    daemon.why = { verdict: 'no-route', certificate: { state: 'unavailable' } }
    expect(await resolveUrl({ home: daemon.home, loopbackDomain: 'lvh.me' }, site())).toBe('http://shop.main.lvh.me:8080')
  })
})

test('the home is the told one, the variable’s, or the default of the user', () => {
  expect(locateHome('/a/../b', {}, false)).toBe('/b')
  expect(locateHome(undefined, { SIGNALBOX_HOME: '/c' }, true)).toBe('/c')
  expect(locateHome(undefined, {}, true)).toBe('/var/lib/signalbox')
  expect(locateHome(undefined, { XDG_STATE_HOME: '/state' }, false)).toBe('/state/signalbox')
  expect(locateHome(undefined, { XDG_STATE_HOME: 'relative', HOME: '/u' }, false)).toBe(join('/u', '.local/state/signalbox'))
})
