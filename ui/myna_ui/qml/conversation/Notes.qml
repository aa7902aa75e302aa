// What happened to a question or an answer on its way: in words, not by colour alone.
import QtQuick
import Myna.Ui

Flow {
    id: notes
    property var model: []
    visible: model.length > 0
    spacing: theme.space

    function words(note) {
        const one = note.count === 1
        switch (note.kind) {
        case "masked": return note.question ? (one ? qsTr("Part of the question hidden from the model") : qsTr("%1 parts of the question hidden from the model").arg(note.count)) : (one ? qsTr("Part of the answer masked") : qsTr("%1 parts of the answer masked").arg(note.count))
        case "replaced": return note.question ? qsTr("Question changed by a rule") : qsTr("Answer changed by a rule")
        case "blocked": return note.question ? qsTr("Question blocked by a rule: %1").arg(note.label) : qsTr("Answer blocked by a rule: %1").arg(note.label)
        case "asked-again": return qsTr("Answer checked and written again")
        case "unjudged": return note.closed ? qsTr("The safety check failed, so nothing is shown") : qsTr("A safety check could not run")
        case "dropped": return note.summarised ? (one ? qsTr("An earlier message summarised for the model") : qsTr("%1 earlier messages summarised for the model").arg(note.count)) : (one ? qsTr("An earlier message no longer seen by the model") : qsTr("%1 earlier messages no longer seen by the model").arg(note.count))
        case "reduced": return note.cause === "memory" ? qsTr("Memory is short, so %1 answered").arg(note.model)
            : note.cause === "temperature" ? qsTr("The processor was hot, so %1 answered").arg(note.model)
            : qsTr("The model did not load, so %1 answered").arg(note.model)
        case "shrunk": return qsTr("Little memory: the model sees %1 tokens instead of %2").arg(note.given).arg(note.wanted)
        }
        return note.text || ""
    }
    function symbol(note) {
        return ({"masked": "shield", "replaced": "shield", "blocked": "shield", "asked-again": "shield", "unjudged": "warning", "dropped": "history", "shrunk": "warning", "reduced": "warning"})[note.kind] || "info"
    }

    Repeater {
        model: notes.model
        Rectangle {
            required property var modelData
            readonly property bool stern: modelData.kind === "blocked" || modelData.kind === "unjudged" || modelData.kind === "shrunk"
            width: Math.min(notes.width, label.implicitWidth + drawing.width + theme.space * 3)
            height: label.height + theme.space
            radius: theme.radius
            color: stern ? theme.warningSoft : theme.sunken
            border.width: theme.highContrast ? 1 : 0
            border.color: theme.outline
            Icon {
                id: drawing
                name: notes.symbol(parent.modelData)
                size: theme.small * 1.2
                color: label.color
                x: theme.space
                y: theme.space * 0.5 + theme.small * 0.1
            }
            Words {
                id: label
                text: notes.words(parent.modelData)
                x: drawing.x + drawing.width + theme.space * 0.75
                y: theme.space * 0.5
                width: parent.width - x - theme.space
                color: parent.stern ? theme.onWarningSoft : theme.muted
                font.pixelSize: theme.small
                lineHeight: 1.1
            }
        }
    }
}
