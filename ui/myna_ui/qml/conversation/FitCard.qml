// After the first answer, once: an offer to fit the model to this machine, and how far that is.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

Card {
    id: card
    required property var conversation
    // Behind the page for models; taken up once there is something to offer.
    property var models: null
    property bool begun: false
    // The page is large enough for an offer beside the question field.
    property bool roomy: true
    readonly property string id: conversation.models.current
    readonly property var model: models && models.state.models ? models.state.models.find(one => one.id === id) || null : null
    readonly property var tuning: models && models.state.tunings ? models.state.tunings[id] || null : null
    readonly property var fitted: model ? model.optimized : ({state: ""})
    readonly property bool running: !!tuning && tuning.state === "running"
    readonly property bool busy: conversation.busy
    // An answer came to its end while this window was open.
    property bool answered: false
    readonly property bool offered: desktop.offersFit && answered && (fitted.state === "never" || fitted.state === "paused")
    visible: roomy && (begun || offered)
    padding: theme.space * 1.5
    Accessible.role: Accessible.Grouping
    Accessible.name: title.text

    onBusyChanged: if (!busy && !conversation.error.code) answered = true
    onAnsweredChanged: if (answered && desktop.offersFit && !models) models = desktop.panel("models")

    function close() {
        begun = false
        desktop.change("desktop.offer_fit", "false")
    }

    RowLayout {
        width: parent.width
        spacing: theme.space
        ColumnLayout {
            Layout.fillWidth: true
            spacing: theme.space * 0.5
            Words {
                id: title
                objectName: "fitWords"
                Layout.fillWidth: true
                text: {
                    const name = card.model ? card.model.name : ""
                    if (card.running)
                        return qsTr("Measuring how %1 runs best here. You can go on; it gives way to you.").arg(name)
                    if (card.begun && card.tuning && card.tuning.state === "failed")
                        return card.models.told(card.tuning.error).message || ""
                    if (card.begun && card.fitted.state === "optimized")
                        return qsTr("%1 now reads %2 times and writes %3 times as fast.").arg(name).arg(card.fitted.prefill_ratio.toFixed(1)).arg(card.fitted.decode_ratio.toFixed(1))
                    if (card.begun && card.fitted.state === "best as it is")
                        return qsTr("%1 runs best here as it is.").arg(name)
                    return qsTr("%1 may answer faster once it is fitted to this machine. That takes a few minutes, in the background.").arg(name)
                }
            }
            ProgressLine {
                visible: card.running
                Layout.fillWidth: true
                name: qsTr("Fitting the model to this machine")
                value: card.running ? card.tuning.part : 0
            }
        }
        AppButton {
            objectName: "fitNow"
            visible: !card.running && (card.fitted.state === "never" || card.fitted.state === "paused")
            text: qsTr("Fit it")
            onClicked: { card.begun = true; card.models.act("optimize", {id: card.id}) }
        }
        IconButton {
            objectName: "fitLater"
            symbol: "close"
            text: card.running ? qsTr("Hide; measuring goes on") : qsTr("Not now")
            onClicked: card.close()
        }
    }
}
