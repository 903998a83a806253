; The setup for Windows: for one user, without an administrator. makensis gets VERSION, SOURCE (what is installed) and OUTPUT from
; scripts/windows.sh; /S installs and uninstalls silently, /D=FOLDER says where to.
Target amd64-unicode
!ifdef FAST
SetCompressor zlib
!else
SetCompressor /SOLID lzma
; The programs have much in common.
SetCompressorDictSize 64
!endif
!include MUI2.nsh
!include FileFunc.nsh

!define NAME "time-and-chat"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define SCHEME "Software\Classes\tcp-chat"
Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Setup of ${NAME}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; What follows speaks the language of the system, the first where it is none of these.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

!macro SHORTCUT PROGRAM TITLE
  CreateShortcut "$SMPROGRAMS\${NAME}\${TITLE}.lnk" "$INSTDIR\${PROGRAM}.exe"
!macroend

Section
  SetOutPath "$INSTDIR"
  ; What an older version had and this one has not is gone.
  Call Clean
  File /r "${SOURCE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  RMDir /r "$SMPROGRAMS\${NAME}"
  CreateDirectory "$SMPROGRAMS\${NAME}"
  !insertmacro SHORTCUT udp-time-server "UDP time server"
  !insertmacro SHORTCUT udp-time-client "UDP time client"
  !insertmacro SHORTCUT tcp-chat-server "TCP chat server"
  !insertmacro SHORTCUT tcp-chat-client "TCP chat client"

  ; A click on an invitation opens the client. Whatever the link holds is no option.
  WriteRegStr HKCU "${SCHEME}" "" "URL:TCP chat"
  WriteRegStr HKCU "${SCHEME}" "URL Protocol" ""
  WriteRegStr HKCU "${SCHEME}\DefaultIcon" "" "$INSTDIR\tcp-chat-client.exe,0"
  WriteRegStr HKCU "${SCHEME}\shell\open\command" "" '"$INSTDIR\tcp-chat-client.exe" -- "%1"'

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\tcp-chat-client.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

; The files that are ours, by name: the user may have chosen a folder that holds others.
!macro CLEAN PREFIX
Function ${PREFIX}Clean
  !include "${FILES}"
  Delete "$INSTDIR\uninstall.exe"
FunctionEnd
!macroend
!insertmacro CLEAN ""
!insertmacro CLEAN "un."

; Settings, drafts and keys of the user stay.
Section Uninstall
  Call un.Clean
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\${NAME}"
  DeleteRegKey HKCU "${UNINSTALL}"
  ; The scheme may belong to another copy by now.
  ReadRegStr $0 HKCU "${SCHEME}\shell\open\command" ""
  StrCmp $0 '"$INSTDIR\tcp-chat-client.exe" -- "%1"' 0 +2
    DeleteRegKey HKCU "${SCHEME}"
SectionEnd
