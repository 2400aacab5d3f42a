// What electron-builder makes of the folder that scripts/package-stage.mjs prepared. `npm run package` hands it that folder
// and the Electron to use; docs/release.md says how a release is made.

/** Both schemes, on all three systems: macOS and Linux are told by the package, Windows by the app's first start. */
const SCHEMES = ['latch', 'peer']

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.latch.Latch',
  productName: 'Latch',
  executableName: 'latch',
  copyright: 'Latch contributors, MIT',
  artifactName: 'latch-${version}-${os}-${arch}.${ext}',
  // What to ship is decided in one place, for every system alike: the staged folder goes in as it is.
  directories: { output: 'dist', buildResources: 'resources' },
  // The second because the first leaves every node_modules out, which electron-builder would collect by itself.
  files: ['**/*', { from: 'node_modules', to: 'node_modules', filter: ['**/*'] }],
  npmRebuild: true,
  beforeBuild: () => false,
  asar: true,
  // Addons are opened by the system, which knows no archive.
  asarUnpack: ['**/*.node'],
  disableDefaultIgnoredFiles: true,
  compression: 'normal',
  // Ours asks, and verifies a signature of its own: docs/release.md.
  publish: null,
  protocols: [{ name: 'Latch', role: 'Viewer', schemes: SCHEMES }],
  electronFuses: {
    // The program is no Node for others: no ELECTRON_RUN_AS_NODE, no NODE_OPTIONS, no --inspect.
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    // Looked at on macOS and Windows; Linux has none of it.
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    // The window is served from app://, and no page has a file: URL.
    grantFileProtocolExtraPrivileges: false,
    // A changed binary needs a new signature before an Apple processor starts it.
    resetAdHocDarwinSignature: true,
  },
  linux: {
    // deb and tar.xz are made of the same folder by scripts/package-deb.mjs, byte for byte the same each time.
    target: ['AppImage'],
    category: 'Network',
    icon: 'resources/icons',
    syncDesktopName: true,
    desktop: {
      entry: {
        Name: 'Latch',
        GenericName: 'Messenger',
        Comment: 'People talk directly, and nobody gets in unless you lift the latch',
        Categories: 'Network;InstantMessaging;P2P;WebBrowser;',
        StartupWMClass: 'latch',
        MimeType: SCHEMES.map((scheme) => `x-scheme-handler/${scheme};`).join(''),
      },
    },
  },
  // The runtime that needs no FUSE 2, and keeps the sandbox.
  toolsets: { appimage: '1.0.3' },
  win: { target: ['nsis'], icon: 'resources/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // A data folder is a person's account: an installer never throws it away.
    deleteAppDataOnUninstall: false,
    include: 'resources/windows/installer.nsh',
  },
  mac: {
    target: ['dmg', 'zip'],
    icon: 'resources/icon.icns',
    category: 'public.app-category.social-networking',
    minimumSystemVersion: '12.0',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/mac/entitlements.plist',
    entitlementsInherit: 'resources/mac/entitlements.inherit.plist',
    extendInfo: {
      NSLocalNetworkUsageDescription: 'Latch finds your other devices, and people near you, on the local network.',
      NSMicrophoneUsageDescription: 'Latch records a voice note when you ask it to.',
      NSCameraUsageDescription: 'Latch reads the code that links another device.',
    },
  },
  dmg: { sign: false },
}
