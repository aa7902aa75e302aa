// Which policy counts, what its rules do, and whether it can do all of it.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Myna.Ui

ColumnLayout {
    id: view
    property var policy: ({})
    property var choices: []
    property var classifiers: []
    readonly property var tests: panel.state.tests || ({})
    // The policy that somebody wants and is asked about.
    property string asking
    readonly property bool wide: width > theme.body * 36
    readonly property string language: desktop.language
    spacing: theme.space * 2

    function told(both) {
        return both ? (language === "zh" ? both.zh : both.en) || "" : ""
    }
    function choose(value) {
        if (value === "off")
            asking = value
        else
            use(value)
    }
    function use(value) {
        asking = ""
        panel.act("use", {policy: value})
    }

    Wording { id: say }

    Banner {
        objectName: "policy-error"
        lasting: true
        error: (view.policy.error || {}).message
            ? {message: view.policy.error.message, hint: view.policy.stale ? qsTr("What counted before goes on counting until the file is mended.") : view.policy.error.hint} : ({})
        Layout.fillWidth: true
    }
    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words { text: qsTr("Policy"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Words {
                visible: view.policy.locked === true
                text: qsTr("It is set by the environment variable MYNA_GUARD_POLICIES, so it cannot be chosen here.")
                muted: true
                Layout.fillWidth: true
            }
            Column {
                Layout.fillWidth: true
                Repeater {
                    model: view.choices
                    PolicyChoice {
                        required property var modelData
                        width: parent.width
                        choice: modelData
                        about: view.told(modelData)
                        enabled: view.policy.locked !== true && panel.busy.indexOf("use") < 0
                        onChosen: view.choose(modelData.value)
                    }
                }
            }
            Words {
                text: qsTr("Policies of your own are files in %1").arg(desktop.short(view.policy.folder || ""))
                muted: true
                font.pixelSize: theme.small
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                Layout.fillWidth: true
            }
        }
    }
    Card {
        visible: view.asking !== ""
        objectName: "off-question"
        onVisibleChanged: if (visible) keep.forceActiveFocus(Qt.OtherFocusReason)
        color: theme.warningSoft
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            RowLayout {
                spacing: theme.space
                Layout.fillWidth: true
                Icon { name: "warning"; color: theme.onWarningSoft; Layout.alignment: Qt.AlignTop }
                Words {
                    text: qsTr("With \"off\" nothing is judged: no help where somebody may be in danger, and nothing is blocked or masked. Switch it off?")
                    color: theme.onWarningSoft
                    Layout.fillWidth: true
                }
            }
            Flow {
                spacing: theme.space
                Layout.fillWidth: true
                AppButton { objectName: "off-really"; kind: "danger"; text: qsTr("Switch off"); onClicked: view.use(view.asking) }
                AppButton { id: keep; objectName: "off-not"; text: qsTr("Keep judging"); onClicked: view.asking = "" }
            }
        }
    }
    Card {
        visible: (view.policy.layers || []).length > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words { text: qsTr("Layers, the lowest first"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.policy.layers || []
                RowLayout {
                    id: layer
                    required property var modelData
                    required property int index
                    spacing: theme.space
                    Layout.fillWidth: true
                    Chip { kind: "accent"; text: layer.index + 1; Layout.alignment: Qt.AlignTop }
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true
                        Words { text: layer.modelData.name; font.weight: Font.Medium; Layout.fillWidth: true }
                        Words {
                            text: (layer.modelData.chosen ? qsTr("Chosen in the settings") : layer.modelData.by ? qsTr("Because %1 is laid over it").arg(layer.modelData.by) : "")
                                + " · " + qsTr("rules that count: %L1").arg(layer.modelData.rules)
                            muted: true
                            font.pixelSize: theme.small
                            Layout.fillWidth: true
                        }
                    }
                }
            }
            Words {
                text: view.policy.closed ? qsTr("What cannot be checked is blocked.") : qsTr("What cannot be checked goes on.")
                muted: true
                Layout.fillWidth: true
            }
            RowLayout {
                readonly property int failed: (view.tests.failed || []).length
                visible: view.tests.count > 0
                spacing: theme.space
                Layout.fillWidth: true
                Icon {
                    name: parent.failed ? "warning" : "check"
                    color: parent.failed ? theme.danger : theme.success
                    size: theme.body * 1.1
                }
                Words {
                    objectName: "policy-tests"
                    text: qsTr("%1 of %2 tests of the policies pass.").arg(view.tests.count - parent.failed).arg(view.tests.count)
                        + (view.tests.skipped > 0 ? " " + qsTr("Tests that need a classifier which is not installed: %1").arg(view.tests.skipped) : "")
                    Layout.fillWidth: true
                }
            }
            Repeater {
                model: view.tests.failed || []
                Words { required property string modelData; text: modelData; muted: true; Layout.fillWidth: true }
            }
        }
    }
    Card {
        visible: (view.policy.rules || []).length > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.25
            Words { text: qsTr("Rules"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.policy.rules || []
                RuleView {
                    required property var modelData
                    required property int index
                    rule: modelData
                    first: index === 0
                    notice: view.told(modelData.notice)
                    helpLine: panel.state.help_line || view.told(view.policy.help_line)
                    wording: say
                    Layout.fillWidth: true
                }
            }
            Repeater {
                model: view.policy.removed || []
                Words {
                    required property var modelData
                    text: qsTr("%1 was removed by %2.").arg(modelData.rule).arg(modelData.policy)
                    muted: true
                    Layout.fillWidth: true
                }
            }
        }
    }
    Card {
        visible: view.classifiers.length > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.25
            Words { text: qsTr("Classifiers"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.classifiers
                ClassifierRow {
                    required property var modelData
                    one: modelData
                    closed: view.policy.closed === true
                    Layout.fillWidth: true
                }
            }
        }
    }
    HelpLine {
        visible: view.told(view.policy.notice) !== ""
        notice: view.told(view.policy.notice)
        usual: view.told(view.policy.help_line)
        Layout.fillWidth: true
    }
}
