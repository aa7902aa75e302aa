// Views of the same thing, one at a time; `model` is a list of texts. The arrow keys go from one to the next.
import QtQuick
import QtQuick.Templates as T

FocusScope {
    id: tabs
    property var model: []
    property int current: 0
    property string name
    implicitHeight: flow.height
    implicitWidth: 320
    Accessible.role: Accessible.PageTabList
    Accessible.name: name

    function go(to) {
        current = Math.max(0, Math.min(model.length - 1, to))
        list.itemAt(current).forceActiveFocus(Qt.TabFocusReason)
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: theme.border
    }
    Flow {
        id: flow
        width: parent.width
        spacing: theme.space * 1.5
        Repeater {
            id: list
            model: tabs.model
            T.Button {
                id: tab
                required property int index
                required property string modelData
                readonly property bool chosen: index === tabs.current
                objectName: "tab-" + index
                focus: chosen
                text: modelData
                implicitHeight: theme.control
                implicitWidth: label.implicitWidth + theme.space * 2
                // The tab key goes to the one that is chosen, and the arrows to the others.
                focusPolicy: chosen ? Qt.StrongFocus : Qt.ClickFocus
                font.family: theme.family
                font.pixelSize: theme.body
                font.weight: chosen ? Font.DemiBold : Font.Normal
                Accessible.role: Accessible.PageTab
                Accessible.name: text
                Accessible.selected: chosen
                Keys.onLeftPressed: tabs.go(index - 1)
                Keys.onRightPressed: tabs.go(index + 1)
                onClicked: tabs.current = index
                contentItem: Text {
                    id: label
                    text: tab.text
                    font: tab.font
                    color: tab.chosen ? theme.text : theme.muted
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                }
                background: Item {
                    Rectangle {
                        anchors.fill: parent
                        radius: theme.radius
                        color: theme.text
                        opacity: tab.down ? 0.14 : tab.hovered ? 0.06 : 0
                    }
                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: parent.width
                        visible: tab.chosen
                        height: 3
                        radius: 1.5
                        color: theme.accent
                    }
                    FocusRing { control: tab; anchors.margins: 0 }
                }
            }
        }
    }
}
