// One of several; `model` is a list of {text, value} or of texts.
import QtQuick
import QtQuick.Templates as T

T.ComboBox {
    id: control
    property string name
    implicitHeight: theme.control
    implicitWidth: 220
    leftPadding: theme.space * 1.25
    rightPadding: theme.space * 4
    font.family: theme.family
    font.pixelSize: theme.body
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.ComboBox
    Accessible.name: name
    // What is chosen: its name says only what it is about.
    Accessible.description: displayText

    contentItem: Text {
        text: control.displayText
        color: theme.text
        font: control.font
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
    }
    indicator: Icon {
        name: "down"
        size: theme.body
        color: theme.muted
        x: control.width - width - theme.space * 1.25
        anchors.verticalCenter: parent.verticalCenter
    }
    background: Rectangle {
        radius: theme.radius
        color: theme.surface
        border.width: 1
        border.color: theme.outline
        FocusRing { control: control }
    }
    delegate: T.ItemDelegate {
        id: entry
        required property int index
        required property var modelData
        width: control.width
        height: theme.control
        highlighted: control.highlightedIndex === index
        Accessible.role: Accessible.ListItem
        Accessible.name: label.text
        contentItem: Text {
            id: label
            leftPadding: theme.space * 1.25
            text: control.textRole ? entry.modelData[control.textRole] : entry.modelData
            color: entry.highlighted ? theme.onAccentSoft : theme.text
            font: control.font
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
        }
        background: Rectangle { color: entry.highlighted ? theme.accentSoft : "transparent" }
    }
    popup: T.Popup {
        y: control.height + 4
        width: control.width
        height: Math.min(contentItem.implicitHeight + 8, 360)
        padding: 4
        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: control.popup.visible ? control.delegateModel : null
            currentIndex: control.highlightedIndex
            T.ScrollBar.vertical: AppScrollBar {}
        }
        background: Rectangle {
            color: theme.surface
            border.color: theme.outline
            radius: theme.radius
        }
    }
}
