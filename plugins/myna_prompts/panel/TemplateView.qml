// One template: tried, written, measured.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    required property var template
    readonly property bool good: !template.error.message
    spacing: theme.space * 2

    Flow {
        spacing: theme.space
        Layout.fillWidth: true
        Chip { kind: "accent"; text: view.template.own ? qsTr("Yours") : qsTr("Shipped") }
        Chip { visible: text !== ""; text: view.template.language === "en" ? "English" : view.template.language === "zh" ? "中文" : view.template.language }
        Chip { visible: view.template.version !== ""; text: qsTr("Version %1").arg(view.template.version) }
        Chip { text: qsTr("Cases: %1").arg(view.template.cases) }
    }
    Words {
        visible: text !== ""
        text: view.template.description
        muted: true
        Layout.fillWidth: true
    }
    Tabs {
        id: tabs
        objectName: "template-tabs"
        name: qsTr("Views of the template")
        model: [qsTr("Try"), qsTr("Text"), qsTr("Evaluation"), qsTr("Votes")]
        current: view.good ? 0 : 1
        Layout.fillWidth: true
    }
    TryView {
        visible: tabs.current === 0 && view.good
        template: view.template
        Layout.fillWidth: true
    }
    Banner {
        lasting: true
        error: tabs.current !== 1 ? view.template.error : {}
        Layout.fillWidth: true
    }
    EditView {
        visible: tabs.current === 1
        template: view.template
        Layout.fillWidth: true
    }
    MeasureView {
        visible: tabs.current === 2 && view.good
        template: view.template
        Layout.fillWidth: true
    }
    SplitView {
        visible: tabs.current === 3 && view.good
        template: view.template
        versions: panel.state.split || []
        Layout.fillWidth: true
    }
    VotesView {
        visible: tabs.current === 3 && view.good
        votes: panel.state.votes || []
        Layout.fillWidth: true
    }
}
