// The first question.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: screen
    property alias field: question
    // Whether a model is here that can answer.
    property bool answerable: true
    spacing: theme.space * 2

    function ask(text) {
        if (text.trim() !== "")
            desktop.welcome.ask(text)
    }

    Heading { text: qsTr("Ask your first question"); Layout.fillWidth: true }
    Words {
        text: screen.answerable ? qsTr("The answer is made on this machine. The first one takes a little longer, because the model is loaded.") : qsTr("No model is here yet, so nothing can answer. Go back to choose one, or look around first: models have a page of their own.")
        muted: true
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: theme.space
        Layout.fillWidth: true
        Field {
            id: question
            objectName: "firstQuestion"
            focus: true
            placeholderText: qsTr("Ask something")
            Layout.fillWidth: true
            onAccepted: screen.ask(text)
        }
        AppButton {
            objectName: "askFirst"
            kind: "primary"
            symbol: "send"
            text: qsTr("Ask")
            enabled: question.text.trim() !== ""
            onClicked: screen.ask(question.text)
        }
    }
    Words {
        text: qsTr("Or one of these:")
        muted: true
        Layout.fillWidth: true
    }
    Repeater {
        model: [
            qsTr("What is the capital of France?"),
            qsTr("Why is the sky blue? Explain it in two sentences."),
            qsTr("Write a short poem about the rain.")
        ]
        AppButton {
            required property string modelData
            required property int index
            objectName: "example:" + index
            text: modelData
            Layout.fillWidth: true
            onClicked: screen.ask(modelData)
        }
    }
}
