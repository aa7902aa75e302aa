// A line drawing on a grid of 24, in the colour of the text beside it.
import QtQuick
import QtQuick.Shapes

Item {
    id: icon
    property string name
    property color color: theme.text
    property real size: theme.body * 1.35
    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true
    // Without a graphics card, shapes are drawn past the edge of a list that clips; what is in a layer is not.
    layer.enabled: GraphicsInfo.api === GraphicsInfo.Software

    readonly property var paths: ({
        "chat": "M4 5.5h16v11H10l-4.5 3.5v-3.5H4z",
        "history": "M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4M12 8v4.5l3 2",
        "microphone": "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
        "microphone-off": "M9 9v2.5a3 3 0 0 0 4.8 2.4M15 11V6.500a3 3 0 0 0-5.600-1.500M5.500 11.500a6.500 6.500 0 0 0 10 5.500M18.500 11.500a6.500 6.500 0 0 1-.4 2.200M12 18v3M4 4l16 16",
        "model": "M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9",
        "prompt": "M5 4h14v16H5zM8.500 8.500h7M8.500 12h7M8.500 15.500h4",
        "shield": "M12 3l7.500 3v5.500c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500V6zM8.500 12l2.500 2.500 4.500-5",
        "puzzle": "M9.500 4.500a2 2 0 0 1 4 0V6H18v4.500h1.500a2 2 0 0 1 0 4H18V19H6v-4.500h1.500a2 2 0 0 0 0-4H6V6h3.500z",
        "health": "M3 12h4l2.500-6 4.500 12 2.500-6H21",
        "settings": "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M13 5v4M7 10v4M13 15v4",
        "link": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500",
        "clip": "M8 12.500l6-6a3 3 0 0 1 4.200 4.200l-8 8a5 5 0 0 1-7-7l8-8",
        "screen": "M3.500 5h17v11h-17zM9 20h6M12 16v4",
        "gauge": "M4.500 18a9 9 0 1 1 15 0M12 14l4-4.500M12 14h.01",
        "send": "M4 12L20 4.500 15 20l-4-6.500zM11 13.500L20 4.500",
        "stop": "M6.500 6.500h11v11h-11z",
        "plus": "M12 5v14M5 12h14",
        "minus": "M5 12h14",
        "check": "M5 12.500l4.500 4.500L19 7.500",
        "close": "M6 6l12 12M18 6L6 18",
        "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
        "edit": "M4 20l1-4L16.500 4.500l3 3L8 19zM14.500 6.500l3 3",
        "retry": "M20 12a8 8 0 1 1-2.600-5.900M20 4v4h-4",
        "left": "M15 5l-7 7 7 7",
        "right": "M9 5l7 7-7 7",
        "up": "M5 15l7-7 7 7",
        "down": "M5 9l7 7 7-7",
        "thumb-up": "M8 20H4.500v-9H8zM8 11l4-7.500c1.500 0 2.500 1 2.500 2.500V9.500H19a1.500 1.500 0 0 1 1.500 1.800l-1.400 7A2 2 0 0 1 17.100 20H8",
        "thumb-down": "M8 4H4.500v9H8zM8 13l4 7.500c1.500 0 2.500-1 2.500-2.500v-3.500H19a1.500 1.500 0 0 0 1.500-1.800l-1.400-7A2 2 0 0 0 17.100 4H8",
        "picture": "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01",
        "camera": "M4 7.500h4L9.500 5h5L16 7.500h4V19H4zM12 10a3.200 3.200 0 1 0 0 6.400A3.200 3.200 0 0 0 12 10z",
        "file": "M6 3.500h8l4 4V20.500H6zM14 3.500v4h4",
        "folder": "M4 6h6l2 2.500h8V18.500H4z",
        "search": "M10.500 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5",
        "trash": "M5 7h14M9 7V4.500h6V7M7 7l1 13h8l1-13M10.500 10.500v6M13.500 10.500v6",
        "download": "M12 4v11M7 10.500l5 5 5-5M4.500 20h15",
        "upload": "M12 16V5M7 9.500l5-5 5 5M4.500 20h15",
        "pause": "M8 5.500v13M16 5.500v13",
        "play": "M7 5l12 7-12 7z",
        "speaker": "M4 9.500h4l5-4.500v14l-5-4.500H4zM16.500 9a4.500 4.500 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
        "speaker-off": "M4 9.500h4l5-4.500v14l-5-4.500H4zM16.500 9.500l5 5M21.500 9.500l-5 5",
        "warning": "M12 4L2.500 20h19zM12 10v4.500M12 17.200v.01",
        "info": "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 11v5.500M12 7.700v.01",
        "lock": "M5.500 10.500h13v10h-13zM8.500 10.500V7.500a3.500 3.500 0 0 1 7 0v3",
        "globe": "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM3.500 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17",
        "keyboard": "M3 6.500h18v11H3zM6.500 10h.01M10 10h.01M13.500 10h.01M17 10h.01M7.500 14h9",
        "backspace": "M9 6h11.500v12H9l-5.500-6zM12 9.500l5 5M17 9.500l-5 5",
        "shift": "M12 4l7 8h-4v7H9v-7H5z",
        "more": "M5.500 12h.01M12 12h.01M18.500 12h.01",
        "menu": "M4 7h16M4 12h16M4 17h16",
        "user": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500"
    })

    Shape {
        width: 24
        height: 24
        scale: icon.size / 24
        transformOrigin: Item.TopLeft
        preferredRendererType: Shape.CurveRenderer
        ShapePath {
            strokeColor: icon.color
            strokeWidth: theme.highContrast ? 2.4 : 1.8
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg { path: icon.paths[icon.name] || icon.paths["puzzle"] }
        }
    }
}
