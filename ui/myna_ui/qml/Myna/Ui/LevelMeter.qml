// How loud it is: `value` between 0 and 1.
import QtQuick

Item {
    id: meter
    property real value: 0
    property int segments: 14
    property string name
    implicitWidth: theme.body * 6
    implicitHeight: theme.body
    Accessible.role: Accessible.ProgressBar
    Accessible.name: name
    Accessible.description: Math.round(value * 100) + " %"

    Row {
        anchors.fill: parent
        spacing: 2
        Repeater {
            model: meter.segments
            Rectangle {
                required property int index
                readonly property bool lit: meter.value * meter.segments > index + 0.5
                width: (meter.width - (meter.segments - 1) * 2) / meter.segments
                // A segment that is lit is taller too.
                height: lit ? meter.height : meter.height * 0.45
                anchors.verticalCenter: parent.verticalCenter
                radius: 2
                color: lit ? theme.accent : theme.sunken
                border.width: lit ? 0 : 1
                border.color: theme.outline
            }
        }
    }
}
