// What is judged, by which rules and why; a text to try; what was found.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    readonly property var policy: panel.state.policy || ({})
    readonly property string language: desktop.language
    onLanguageChanged: panel.act("refresh")
    title: qsTr("Safety")
    detail: qsTr("A policy says what is not asked, not answered, or masked. All of it is judged on this machine.")
    error: panel.error
    onDismissed: panel.dismiss()

    Tabs {
        id: tabs
        objectName: "safety-tabs"
        name: qsTr("Views of safety")
        model: [qsTr("Policy"), qsTr("Try it"), qsTr("Recent findings")]
        Layout.fillWidth: true
    }
    ProgressLine {
        visible: panel.busy.indexOf("open") >= 0 && page.policy.names === undefined
        name: qsTr("Policies are being read")
        Layout.fillWidth: true
    }
    PolicyView {
        visible: tabs.current === 0
        policy: page.policy
        choices: panel.state.choices || []
        classifiers: panel.state.classifiers || []
        Layout.fillWidth: true
    }
    TryTextView {
        visible: tabs.current === 1
        Layout.fillWidth: true
    }
    FindingsView {
        visible: tabs.current === 2
        Layout.fillWidth: true
    }
}
