import QtQuick
import QtQuick.Layouts
import Myna.Ui

Page {
    id: page
    title: qsTr("Settings")
    detail: qsTr("Kept in %1").arg(desktop.short(panel.state.folder || ""))
    error: panel.error
    onDismissed: panel.dismiss()
    readonly property var values: panel.state.values || ({})
    readonly property var locked: panel.state.locked || ({})

    function change(key, value) { saving.put(key, value) }

    Saving { id: saving; to: panel; action: "change"; name: "key" }

    component Line: RowLayout {
        id: line
        property string key
        property string text
        property string detail
        default property alias control: holder.data
        spacing: theme.space * 2
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Words { text: line.text; lineHeight: 1; Layout.fillWidth: true }
            Words {
                visible: text !== ""
                text: page.locked[line.key] ? qsTr("Set by %1").arg(page.locked[line.key]) : line.detail
                muted: true
                font.pixelSize: theme.small
                Layout.fillWidth: true
            }
        }
        Item {
            id: holder
            enabled: !page.locked[line.key]
            implicitWidth: childrenRect.width
            implicitHeight: childrenRect.height
        }
    }
    component Pick: Choice {
        id: pick
        property string key
        property var options: []
        // Set by hand, it may be none of them.
        readonly property string chosen: page.values[key] === undefined ? "" : String(page.values[key])
        readonly property bool other: chosen !== "" && !options.some(one => one.value === chosen)
        property var word: value => value
        model: other ? options.concat([{text: word(chosen), value: chosen}]) : options
        textRole: "text"
        valueRole: "value"
        name: parent && parent.parent ? parent.parent.text || "" : ""
        currentIndex: other ? options.length : Math.max(0, options.findIndex(one => one.value === chosen))
        onActivated: at => page.change(key, model[at].value)
    }
    component Section: Card {
        id: section
        property string title
        default property alias lines: rows.data
        Layout.fillWidth: true
        ColumnLayout {
            width: parent.width
            spacing: theme.space * 2
            Words { text: section.title; font.weight: Font.DemiBold }
            ColumnLayout {
                id: rows
                spacing: theme.space * 2
                Layout.fillWidth: true
            }
        }
    }

    Section {
        title: qsTr("Looks")
        Line {
            key: "language"
            text: qsTr("Language")
            Pick {
                objectName: "language"
                key: "language"
                options: [{text: qsTr("As the system"), value: "auto"}, {text: "English", value: "en"}, {text: "简体中文", value: "zh"}]
            }
        }
        Line {
            key: "desktop.theme"
            text: qsTr("Theme")
            Pick {
                objectName: "theme"
                key: "desktop.theme"
                options: [{text: qsTr("As the system"), value: "auto"}, {text: qsTr("Light"), value: "light"}, {text: qsTr("Dark"), value: "dark"}, {text: qsTr("High contrast"), value: "high-contrast"}]
            }
        }
        Line {
            key: "desktop.font_scale"
            text: qsTr("Size of text")
            Pick {
                objectName: "scale"
                key: "desktop.font_scale"
                word: value => Math.round(value * 100) + " %"
                options: [{text: "85 %", value: "0.85"}, {text: "100 %", value: "1"}, {text: "115 %", value: "1.15"}, {text: "130 %", value: "1.3"}, {text: "150 %", value: "1.5"}, {text: "200 %", value: "2"}]
            }
        }
        Line {
            key: "desktop.reduced_motion"
            text: qsTr("Less motion")
            detail: qsTr("Nothing slides or fades.")
            Switcher {
                objectName: "motion"
                checked: !!page.values["desktop.reduced_motion"]
                Accessible.name: qsTr("Less motion")
                onToggled: page.change("desktop.reduced_motion", checked)
            }
        }
    }
    Section {
        title: qsTr("Conversations")
        Line {
            key: "chat.record"
            text: qsTr("Keep conversations")
            detail: qsTr("Otherwise they are gone when the window is closed.")
            Switcher {
                objectName: "record"
                checked: !!page.values["chat.record"]
                Accessible.name: qsTr("Keep conversations")
                onToggled: page.change("chat.record", checked)
            }
        }
        Line {
            key: "chat.summarise"
            text: qsTr("Summarise what no longer fits")
            detail: qsTr("A model can hold only so much of a long conversation.")
            Switcher {
                checked: !!page.values["chat.summarise"]
                Accessible.name: qsTr("Summarise what no longer fits")
                onToggled: page.change("chat.summarise", checked)
            }
        }
        Line {
            key: "chat.temperature"
            text: qsTr("Creativity")
            Pick {
                key: "chat.temperature"
                options: [{text: qsTr("What suits the model"), value: "-1"}, {text: qsTr("None: the likeliest words"), value: "0"}, {text: qsTr("Some"), value: "0.5"}, {text: qsTr("Much"), value: "1"}]
            }
        }
    }
    Section {
        title: qsTr("Privacy and network")
        Line {
            key: "models.offline"
            text: qsTr("Never use the network")
            detail: qsTr("Not even when a model is asked for.")
            Switcher {
                objectName: "offline"
                checked: !!page.values["models.offline"]
                Accessible.name: qsTr("Never use the network")
                onToggled: page.change("models.offline", checked)
            }
        }
        Line {
            key: "audit.mode"
            text: qsTr("Record of what happens")
            detail: qsTr("A log that cannot be changed unnoticed.")
            Pick {
                key: "audit.mode"
                options: [{text: qsTr("Off"), value: "off"}, {text: qsTr("Without texts"), value: "metadata"}, {text: qsTr("With masked texts"), value: "redacted"}, {text: qsTr("With texts"), value: "full"}]
            }
        }
    }
    Section {
        title: qsTr("Window")
        Line {
            key: "desktop.tray"
            text: qsTr("Stay in the tray when closed")
            Switcher {
                checked: !!page.values["desktop.tray"]
                Accessible.name: qsTr("Stay in the tray when closed")
                onToggled: page.change("desktop.tray", checked)
            }
        }
        Line {
            key: "workers.idle_unload_s"
            text: qsTr("Free memory of a model that nobody used for")
            Pick {
                key: "workers.idle_unload_s"
                word: value => qsTr("%1 seconds").arg(value)
                options: [{text: qsTr("2 minutes"), value: "120"}, {text: qsTr("10 minutes"), value: "600"}, {text: qsTr("1 hour"), value: "3600"}, {text: qsTr("Never"), value: "0"}]
            }
        }
    }
}
