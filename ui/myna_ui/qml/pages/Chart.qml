// A line of the last values, with the newest in figures.
import QtQuick
import QtQuick.Layouts
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
        Sparkline {
            values: chart.values
            Layout.fillWidth: true
            Layout.preferredHeight: theme.body * 4
        }
    }
}
