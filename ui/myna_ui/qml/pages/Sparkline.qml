// A line of the last values, from 0 up.
import QtQuick
import QtQuick.Shapes

Item {
    id: plot
    property var values: []
    property bool ground: true
    readonly property real highest: Math.max(1e-9, ...values) * 1.1
    Accessible.ignored: true

    Rectangle {
        visible: plot.ground
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: theme.border
    }
    Shape {
        anchors.fill: parent
        visible: plot.values.length > 1
        ShapePath {
            strokeColor: theme.accent
            strokeWidth: 2
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            PathPolyline {
                path: plot.values.length > 1 ? plot.values.map((value, at) => Qt.point(at / (plot.values.length - 1) * plot.width, plot.height * (1 - value / plot.highest))) : []
            }
        }
    }
    // One value makes no line.
    Rectangle {
        visible: plot.values.length === 1
        width: 6
        height: 6
        radius: 3
        color: theme.accent
        x: plot.width - width
        y: plot.height * (1 - (plot.values.length ? plot.values[0] : 0) / plot.highest) - height / 2
    }
}
