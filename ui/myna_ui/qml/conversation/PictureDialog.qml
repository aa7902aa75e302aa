// Chooses picture files.
import QtQuick
import QtQuick.Dialogs

FileDialog {
    title: qsTr("Choose pictures")
    fileMode: FileDialog.OpenFiles
    nameFilters: [qsTr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.heic *.avif)", qsTr("All files") + " (*)"]
}
