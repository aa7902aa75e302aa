// The figures of a run, its cases, and what has changed since the run before.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: view
    property var run: ({})
    property bool wide: true
    readonly property var comparison: run.comparison || ({})
    spacing: theme.space * 2

    function percent(share) {
        return Math.round(share * 100) + " %"
    }
    function verdict(kind) {
        return kind === "better" ? qsTr("better") : kind === "worse" ? qsTr("worse") : qsTr("as before")
    }

    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words {
                text: qsTr("Version %1 on %2").arg(view.run.version || "").arg(view.run.model || "")
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
            Heading {
                objectName: "evaluation-passed"
                text: qsTr("%1 of %2 answers pass").arg(view.run.passed || 0).arg(view.run.answers || 0)
                Layout.fillWidth: true
            }
            // The share of cases, on a scale from nothing to all; the band is where it lies with 95 % certainty.
            Item {
                implicitHeight: theme.space * 2
                Layout.fillWidth: true
                Accessible.role: Accessible.Indicator
                Accessible.name: interval.text
                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width
                    height: 6
                    radius: 3
                    color: theme.sunken
                    border.width: theme.highContrast ? 1 : 0
                    border.color: theme.outline
                }
                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    x: parent.width * (view.run.low || 0)
                    width: Math.max(4, parent.width * ((view.run.high || 0) - (view.run.low || 0)))
                    height: 10
                    radius: 5
                    color: theme.accentSoft
                    border.width: 1
                    border.color: theme.accent
                }
                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    x: Math.max(0, Math.min(parent.width - width, parent.width * (view.run.share || 0) - width / 2))
                    width: 4
                    height: parent.height
                    radius: 2
                    color: theme.accent
                }
            }
            Words {
                id: interval
                text: qsTr("%1 of the cases; with 95 % certainty between %2 and %3").arg(view.percent(view.run.share || 0)).arg(view.percent(view.run.low || 0)).arg(view.percent(view.run.high || 0))
                muted: true
                Layout.fillWidth: true
            }
        }
    }
    Card {
        visible: view.comparison.version !== undefined
        objectName: "comparison"
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            RowLayout {
                spacing: theme.space
                Layout.fillWidth: true
                Words {
                    text: qsTr("Since the run before: version %1 on %2").arg(view.comparison.version || "").arg(view.comparison.model || "")
                    font.weight: Font.DemiBold
                    Layout.fillWidth: true
                }
                Chip {
                    kind: view.comparison.regressed ? "bad" : "good"
                    symbol: view.comparison.regressed ? "warning" : "check"
                    text: view.comparison.regressed ? qsTr("Worse") : qsTr("Not worse")
                }
            }
            Words {
                visible: (view.comparison.better || []).length > 0
                text: qsTr("Passing more often: %1").arg((view.comparison.better || []).join(", "))
                Layout.fillWidth: true
            }
            Words {
                visible: (view.comparison.worse || []).length > 0
                text: qsTr("Failing more often: %1").arg((view.comparison.worse || []).join(", "))
                Layout.fillWidth: true
            }
            Repeater {
                model: (view.comparison.changes || []).filter(change => change.verdict !== "same")
                Words {
                    required property var modelData
                    text: modelData.label + ": " + modelData.before + " → " + modelData.now + " " + modelData.unit + " (" + view.verdict(modelData.verdict) + ")"
                    muted: true
                    Layout.fillWidth: true
                }
            }
        }
    }
    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 1.25
            Words { text: qsTr("Cases"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.run.cases || []
                ColumnLayout {
                    id: row
                    required property var modelData
                    required property int index
                    readonly property bool failed: modelData.passed < modelData.of
                    spacing: theme.space * 0.5
                    Layout.fillWidth: true
                    Accessible.role: Accessible.Row
                    Accessible.name: modelData.name
                    Rectangle { visible: row.index > 0; color: theme.border; implicitHeight: 1; Layout.fillWidth: true; Layout.bottomMargin: theme.space * 0.5 }
                    RowLayout {
                        spacing: theme.space
                        Layout.fillWidth: true
                        Icon {
                            name: row.failed ? "close" : "check"
                            color: row.failed ? theme.danger : theme.success
                            size: theme.body * 1.1
                        }
                        Words { text: row.modelData.name; font.weight: Font.Medium; Layout.fillWidth: true }
                        Chip {
                            visible: row.modelData.score !== ""
                            text: qsTr("similarity %1").arg(row.modelData.score)
                        }
                        Chip {
                            kind: row.failed ? "bad" : "good"
                            text: qsTr("%1 of %2 passed").arg(row.modelData.passed).arg(row.modelData.of)
                        }
                    }
                    Words {
                        visible: text !== ""
                        text: row.modelData.fault
                        color: theme.danger
                        font.pixelSize: theme.small
                        Layout.fillWidth: true
                    }
                    Words {
                        text: row.modelData.answer
                        muted: true
                        font.pixelSize: theme.small
                        maximumLineCount: 6
                        elide: Text.ElideRight
                        Layout.fillWidth: true
                    }
                }
            }
        }
    }
    Card {
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space
            Words { text: qsTr("Figures, with intervals of 95 %"); font.weight: Font.DemiBold; Layout.fillWidth: true }
            Repeater {
                model: view.run.metrics || []
                GridLayout {
                    id: metric
                    required property var modelData
                    columns: view.wide ? 3 : 2
                    columnSpacing: theme.space * 2
                    rowSpacing: 0
                    Layout.fillWidth: true
                    Words {
                        text: metric.modelData.label
                        Layout.fillWidth: true
                        Layout.preferredWidth: 2
                    }
                    Words {
                        text: metric.modelData.value + " " + metric.modelData.unit
                        horizontalAlignment: Text.AlignRight
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                    }
                    Words {
                        text: metric.modelData.interval
                        muted: true
                        horizontalAlignment: Text.AlignRight
                        Layout.columnSpan: view.wide ? 1 : 2
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                    }
                }
            }
            Words {
                visible: view.run.by_words === true
                text: qsTr("Similarity is by shared words: no embedding model for this language is installed.")
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
    }
}
