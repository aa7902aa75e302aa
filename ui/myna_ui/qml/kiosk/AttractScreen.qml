// Waits for visitors.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

FocusScope {
    id: attract
    focus: true
    readonly property bool low: height < 640
    readonly property var names: ({"en": "English", "zh": "中文"})

    MouseArea {
        objectName: "anywhere"
        anchors.fill: parent
        onClicked: kiosk.begin("")
        Accessible.ignored: true
    }
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 8, theme.body * 40)
        // On a low screen the drawing gives way first.
        height: Math.min(implicitHeight, parent.height - theme.space * 4)
        spacing: attract.low ? theme.space : theme.space * 3
        Image {
            source: "../Myna/Ui/myna.svg"
            sourceSize: Qt.size(384, 384)
            fillMode: Image.PreserveAspectFit
            Layout.fillHeight: true
            Layout.minimumHeight: 0
            Layout.preferredWidth: theme.display * 4
            Layout.preferredHeight: theme.display * 4
            Layout.maximumHeight: theme.display * 4
            Layout.alignment: Qt.AlignHCenter
            Accessible.ignored: true
        }
        Heading {
            text: kiosk.texts.greeting || qsTr("Welcome")
            font.pixelSize: attract.low ? theme.display : theme.display * 1.4
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Words {
            text: kiosk.texts.attract || qsTr("Ask me something. I answer on this machine alone, and forget your visit when it ends.")
            font.pixelSize: theme.large
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        AppButton {
            objectName: "begin"
            focus: true
            kind: "primary"
            text: qsTr("Touch to begin")
            font.pixelSize: theme.title
            leftPadding: theme.space * 6
            rightPadding: theme.space * 6
            implicitHeight: theme.control * (attract.low ? 1.25 : 1.75)
            Layout.topMargin: attract.low ? 0 : theme.space * 3
            Layout.alignment: Qt.AlignHCenter
            onClicked: kiosk.begin("")
        }
        Row {
            visible: kiosk.languages.length > 1
            spacing: theme.space * 2
            Layout.topMargin: attract.low ? theme.space : theme.space * 2
            Layout.alignment: Qt.AlignHCenter
            Repeater {
                model: kiosk.languages
                AppButton {
                    required property string modelData
                    objectName: "language-" + modelData
                    symbol: "globe"
                    text: attract.names[modelData]
                    font.pixelSize: theme.large
                    implicitHeight: theme.control * 1.25
                    onClicked: kiosk.begin(modelData)
                }
            }
        }
    }
}
