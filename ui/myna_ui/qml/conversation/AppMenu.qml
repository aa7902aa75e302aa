// A menu that opens where it is called for.
import QtQuick
import QtQuick.Controls.Basic
import Myna.Ui

Menu {
    padding: 4
    background: Rectangle {
        implicitWidth: 188
        color: theme.surface
        border.color: theme.outline
        radius: theme.radius
    }
}
