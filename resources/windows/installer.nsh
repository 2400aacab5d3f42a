; Links of both schemes open Latch from the moment that it is installed, for the user that it is installed for.
!macro customInstall
  WriteRegStr SHCTX "Software\Classes\latch" "" "URL:Latch"
  WriteRegStr SHCTX "Software\Classes\latch" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\latch\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  WriteRegStr SHCTX "Software\Classes\peer" "" "URL:Latch site"
  WriteRegStr SHCTX "Software\Classes\peer" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\peer\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  DeleteRegKey SHCTX "Software\Classes\latch"
  DeleteRegKey SHCTX "Software\Classes\peer"
!macroend
