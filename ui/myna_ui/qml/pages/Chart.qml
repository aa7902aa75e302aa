// A line of the last values, with the newest in figures.
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import Myna.Ui

Card {
    id: chart
    property string title
    property var values: []
    property string reading
    property string note
    Accessible.role: Accessible.Chart
    Accessible.name: title + ": " + reading + " " + note

    ColumnLayout {
        width: parent.width
        spacing: theme.space * 0.5
        Words { text: chart.title; muted: true; font.pixelSize: theme.small; Layout.fillWidth: true }
        RowLayout {
            spacing: theme.space
            Words { text: chart.reading; font.pixelSize: theme.large; font.weight: Font.DemiBold }
            Words { text: chart.note; muted: true; font.pixelSize: theme.small; Layout.alignment: Qt.AlignBaseline; Layout.fillWidth: true }
        }
        Item {
            id: plot
            Layout.fillWidth: true
            Layout.preferredHeight: theme.body * 4
            readonly property real highest: Math.max(1e-9, ...chart.values) * 1.1
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: 1
                color: theme.border
            }
            Shape {
                anchors.fill: parent
                visible: chart.values.length > 1
                ShapePath {
                    strokeColor: theme.accent
                    strokeWidth: 2
                    fillColor: "transparent"
                    joinStyle: ShapePath.RoundJoin
                    PathPolyline {
                        path: chart.values.length > 1 ? chart.values.map((value, at) => Qt.point(at / (chart.values.length - 1) * plot.width, plot.height * (1 - value / plot.highest))) : []
                    }
                }
            }
        }
    }
}
