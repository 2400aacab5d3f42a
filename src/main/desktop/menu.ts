import { app, Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  readonly show: (path: string) => void
  readonly openDataFolder: () => void
}

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
        { label: 'Chats', accelerator: 'CmdOrCtrl+1', click: () => actions.show('/chats') },
        { label: 'Door', accelerator: 'CmdOrCtrl+2', click: () => actions.show('/door') },
        { label: 'Names', accelerator: 'CmdOrCtrl+3', click: () => actions.show('/names') },
        { label: 'Network', accelerator: 'CmdOrCtrl+4', click: () => actions.show('/network') },
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
