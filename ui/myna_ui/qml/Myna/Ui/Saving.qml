// Changes that a panel saves one after the other; of those that are made meanwhile, the newest of each name.
import QtQuick

Connections {
    id: saving
    // The panel, its action, and what that calls a name and a value.
    required property var to
    required property string action
    property string name: "name"
    property string value: "value"
    // Something is being saved, or waits for it.
    property bool busy: false
    property var unsaved: ({})
    target: to

    function put(name, value) {
        unsaved[name] = value
        busy = true
        save()
    }
    function save() {
        if (to.busy.indexOf(action) >= 0)
            return
        const [next] = Object.keys(unsaved)
        busy = next !== undefined
        if (!busy)
            return
        const values = {}
        values[saving.name] = next
        values[saving.value] = unsaved[next]
        delete unsaved[next]
        to.act(action, values)
    }
    function onChanged() { save() }
}
