// Fitting a model to this machine: where that stands, and the one button for it.
import QtQuick
import QtQuick.Layouts
import Myna.Ui

ColumnLayout {
    id: fitting
    required property var model
    property var tuning: null
    readonly property var fitted: model.optimized || ({state: ""})
    readonly property bool running: !!tuning && tuning.state === "running"
    visible: model.installed && fitted.state !== ""
    spacing: theme.space * 0.75

    function words() {
        if (running) {
            const setup = tuning.setup === "original" ? qsTr("the file as it is") : tuning.setup
            switch (tuning.stage) {
            case "write": return qsTr("Writing %1 …").arg(setup)
            case "speed": return qsTr("Measuring the speed of %1 …").arg(setup)
            case "quality": return qsTr("Measuring the quality of %1 …").arg(setup)
            }
            return qsTr("Loading …")
        }
        switch (fitted.state) {
        case "never": return qsTr("Not fitted to this machine yet. Measuring takes a few minutes and gives way to other programs.")
        case "paused": return qsTr("Fitting it to this machine was paused; what was measured is kept.")
        case "best as it is": return qsTr("Measured: nothing is better on this machine than the model as it is.")
        case "stale": return qsTr("The machine or the model has changed, so the model runs as it was fetched.")
        }
        return qsTr("Fitted to this machine: reads %1 times and writes %2 times as fast.").arg(fitted.prefill_ratio.toFixed(1)).arg(fitted.decode_ratio.toFixed(1))
    }

    ProgressLine {
        visible: fitting.running
        Layout.fillWidth: true
        name: qsTr("Fitting %1 to this machine").arg(fitting.model.name)
        value: fitting.running ? fitting.tuning.part : 0
    }
    Words {
        objectName: "fitted:" + fitting.model.id
        Layout.fillWidth: true
        text: { desktop.language; return fitting.words() }
        font.pixelSize: theme.small
        muted: true
    }
    Banner {
        Layout.fillWidth: true
        error: { desktop.language; return fitting.tuning && fitting.tuning.error && fitting.tuning.error.message ? panel.told(fitting.tuning.error) : ({}) }
        action: qsTr("Try again")
        lasting: true
        onActed: panel.act("optimize", {id: fitting.model.id})
    }
    Flow {
        Layout.fillWidth: true
        spacing: theme.space
        AppButton {
            objectName: "fit:" + fitting.model.id
            visible: !fitting.running
            symbol: "play"
            text: fitting.fitted.state === "paused" ? qsTr("Go on measuring") : fitting.fitted.state === "optimized" || fitting.fitted.state === "best as it is" ? qsTr("Measure again") : qsTr("Fit to this machine")
            onClicked: panel.act("optimize", {id: fitting.model.id})
        }
        AppButton {
            objectName: "pauseFit:" + fitting.model.id
            visible: fitting.running
            symbol: "pause"
            text: qsTr("Pause")
            onClicked: panel.act("pause-optimizing", {id: fitting.model.id})
        }
        AppButton {
            objectName: "unfit:" + fitting.model.id
            visible: !fitting.running && (fitting.fitted.state === "optimized" || fitting.fitted.state === "stale")
            text: qsTr("Use it as it was fetched")
            onClicked: panel.act("as-fetched", {id: fitting.model.id})
        }
    }
}
