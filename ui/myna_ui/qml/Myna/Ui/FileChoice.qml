import QtQuick.Dialogs

FileDialog {
    fileMode: FileDialog.OpenFiles
}
