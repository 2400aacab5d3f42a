import { app, Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  readonly show: (path: string) => void
  readonly openDataFolder: () => void
}

/** The places of the window, in the order of its rail: the digit goes to the one at that position. */
const PLACES = [
  ['Chats', '/chats'],
  ['Door', '/door'],
  ['Names', '/names'],
  ['Browse', '/browse'],
  ['Network', '/network'],
  ['Ledger', '/ledger'],
  ['Square', '/square'],
  ['Settings', '/settings'],
] as const

/** The application menu, with the shortcuts that each platform's people expect. */
export function installMenu(actions: MenuActions): void {
  const mac = process.platform === 'darwin'
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.show('/settings'),
  }
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [
          {
            label: app.name,
            submenu: [
              { role: 'about' },
              { type: 'separator' },
              settings,
              { type: 'separator' },
              { role: 'services' },
              { type: 'separator' },
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              { type: 'separator' },
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: '&File',
      submenu: [
        { label: 'Invite…', accelerator: 'CmdOrCtrl+I', click: () => actions.show('/invite') },
        { label: 'Connect…', accelerator: 'CmdOrCtrl+O', click: () => actions.show('/connect') },
        { type: 'separator' },
        ...(mac ? [] : [settings, { type: 'separator' } satisfies MenuItemConstructorOptions]),
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...PLACES.map(([label, path], at) => ({ label, accelerator: `CmdOrCtrl+${at + 1}`, click: () => actions.show(path) })),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'Open the data folder', click: () => actions.openDataFolder() }] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
