// Above a visit: where one is, which language, and the end.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Rectangle {
    id: bar
    readonly property var names: ({"en": "English", "zh": "中文"})
    color: theme.sunken
    implicitHeight: theme.control + theme.space * 3

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: theme.space * 2
        anchors.rightMargin: theme.space * 2
        spacing: theme.space * 1.5
        Image {
            source: "../Myna/Ui/myna.svg"
            sourceSize: Qt.size(96, 96)
            Layout.preferredWidth: theme.body * 2
            Layout.preferredHeight: theme.body * 2
            Accessible.ignored: true
        }
        Words {
            text: kiosk.texts.greeting || "Myna"
            font.pixelSize: theme.large
            font.weight: Font.DemiBold
            elide: Text.ElideRight
            lineHeight: 1
            wrapMode: Text.NoWrap
            Layout.fillWidth: true
        }
        Repeater {
            model: kiosk.languages.length > 1 ? kiosk.languages.filter(code => code !== desktop.language) : []
            AppButton {
                required property string modelData
                objectName: "speak-" + modelData
                symbol: "globe"
                text: bar.names[modelData]
                onClicked: kiosk.speak(modelData)
            }
        }
        AppButton {
            objectName: "finish"
            kind: "primary"
            symbol: "check"
            text: qsTr("I am finished")
            onClicked: kiosk.finish()
        }
    }
}
