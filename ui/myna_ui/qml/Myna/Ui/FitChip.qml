// How a model runs on this machine: `verdict` as "myna models fit" gives it.
import QtQuick

Chip {
    property string verdict
    property real speed: 0
    readonly property string words: verdict === "runs well" ? qsTr("Runs well") : verdict === "slow" ? qsTr("Slow") : verdict === "too large" ? qsTr("Too large") : ""
    visible: verdict !== ""
    kind: verdict === "runs well" ? "good" : verdict === "slow" ? "warning" : "bad"
    symbol: verdict === "runs well" ? "check" : verdict === "slow" ? "warning" : "close"
    text: speed > 0 && verdict !== "too large" ? qsTr("%1, about %2 tokens/s").arg(words).arg(Amounts.rate(speed)) : words
}
