// What was found in a text, where, and what goes on.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    property var tried: ({})
    required property var wording
    readonly property bool wide: width > theme.body * 36
    spacing: theme.space * 2

    function plain(text) {
        return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\n/g, "<br>")
    }
    // Marked by an underline and by numbers, the ground is there for those who see it.
    function marked(pieces) {
        const made = []
        for (let at = 0; at < pieces.length; at++) {
            const piece = pieces[at]
            const text = plain(piece.text)
            if (piece.marks.length === 0) {
                made.push(text)
            } else {
                const next = pieces[at + 1]
                const ends = piece.marks.filter(mark => piece.more === 0 && (!next || next.marks.indexOf(mark) < 0))
                made.push("<u style=\"background-color:" + theme.warningSoft + ";color:" + theme.onWarningSoft + "\">" + text + "</u>"
                    + (ends.length > 0 ? "<b>[" + ends.join(",") + "]</b>" : ""))
            }
            if (piece.more > 0)
                made.push(" […] ")
        }
        return "<span style=\"white-space:pre-wrap\">" + made.join("") + "</span>"
    }

    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            RowLayout {
                spacing: theme.space
                Layout.fillWidth: true
                Chip {
                    objectName: "tried-action"
                    kind: view.wording.kind(view.tried.action || "")
                    symbol: view.wording.symbol(view.tried.action || "")
                    text: view.tried.action === "allow" ? qsTr("Goes on as it is") : view.wording.action(view.tried.action || "")
                }
                Words {
                    text: view.tried.closed ? qsTr("because it could not be checked") : view.tried.rule ? qsTr("by the rule %1").arg(view.tried.rule) : ""
                    Layout.fillWidth: true
                }
                Words {
                    text: qsTr("%1 ms").arg((view.tried.ms || 0).toFixed(view.tried.ms < 10 ? 2 : 0))
                    muted: true
                }
            }
            Words {
                visible: text !== ""
                text: (view.tried.failed || []).length > 0 ? qsTr("Could not judge: %1").arg(view.tried.failed.join(qsTr(", "))) : ""
                muted: true
                Layout.fillWidth: true
            }
            Rectangle {
                visible: (view.tried.findings || []).length > 0
                color: theme.sunken
                radius: theme.radius
                implicitHeight: marks.implicitHeight + theme.space * 2
                border.width: theme.highContrast ? 1 : 0
                border.color: theme.border
                Layout.fillWidth: true
                Text {
                    id: marks
                    objectName: "marked-text"
                    x: theme.space * 1.25
                    y: theme.space
                    width: parent.width - x * 2
                    text: view.marked(view.tried.pieces || [])
                    textFormat: Text.RichText
                    wrapMode: Text.Wrap
                    color: theme.text
                    font.family: theme.family
                    font.pixelSize: theme.body
                    Accessible.role: Accessible.StaticText
                    Accessible.name: (view.tried.pieces || []).map(piece => piece.text + (piece.marks.length ? " [" + piece.marks.join(", ") + "]" : "")).join("")
                }
            }
        }
    }
    Card {
        visible: (view.tried.findings || []).length > 0
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.25
            Words { text: qsTr("Findings"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.tried.findings || []
                RowLayout {
                    id: row
                    required property var modelData
                    spacing: theme.space
                    Layout.fillWidth: true
                    Accessible.role: Accessible.Row
                    Accessible.name: modelData.rule
                    Chip { kind: "accent"; text: row.modelData.number; Layout.alignment: Qt.AlignTop }
                    ColumnLayout {
                        spacing: 2
                        Layout.fillWidth: true
                        Words { text: row.modelData.rule; font.weight: Font.Medium; Layout.fillWidth: true }
                        Words {
                            text: [view.wording.level(row.modelData.level), qsTr("policy %1").arg(row.modelData.policy),
                                   qsTr("characters %L1 to %L2").arg(row.modelData.start).arg(row.modelData.end),
                                   qsTr("%1 ms").arg(row.modelData.ms.toFixed(2))].join(" · ")
                            muted: true
                            font.pixelSize: theme.small
                            Layout.fillWidth: true
                        }
                        Words {
                            visible: row.modelData.label !== ""
                            text: qsTr("%1: score %2, counts from %3 on").arg(row.modelData.label).arg(row.modelData.score.toFixed(3)).arg(row.modelData.threshold)
                            muted: true
                            font.pixelSize: theme.small
                            Layout.fillWidth: true
                        }
                    }
                    Chip {
                        kind: view.wording.kind(row.modelData.action)
                        symbol: view.wording.symbol(row.modelData.action)
                        text: view.wording.action(row.modelData.action)
                        Layout.alignment: Qt.AlignTop
                    }
                }
            }
            Words {
                visible: view.tried.more > 0
                text: qsTr("… and %L1 more").arg(view.tried.more || 0)
                muted: true
                Layout.fillWidth: true
            }
        }
    }
    Card {
        visible: view.tried.changed === true || !!(view.tried.notice || {}).en
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words {
                text: view.tried.changed && view.tried.action === "mask" ? qsTr("What goes on") : qsTr("What the person is told")
                font.weight: Font.DemiBold
                Layout.fillWidth: true
            }
            Words {
                objectName: "resulting-text"
                text: view.tried.notice && view.tried.notice.en
                    ? (desktop.language === "zh" ? view.tried.notice.zh : view.tried.notice.en).replace("{help_line}", panel.state.help_line || (desktop.language === "zh" ? panel.state.policy.help_line.zh : panel.state.policy.help_line.en))
                    : view.tried.text || ""
                Layout.fillWidth: true
            }
            Words {
                visible: view.tried.cut > 0 && !(view.tried.notice || {}).en
                text: qsTr("… and %L1 more characters").arg(view.tried.cut || 0)
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
    }
}
