/** The staff application's behaviour: htmx, and custom elements where HTML cannot. */
import "htmx.org";
import "idiomorph/htmx";

import "./auto-submit";
import "./cell-editor";
import "./choices";
import "./command-palette";
import "./condition-chooser";
import "./dialogs";
import "./drop-files";
import "./editing";
import "./key-map";
import "./live-part";
import "./ordered-list";
import "./relative-time";
import "./select-all";
import "./suggested";
import "./toast-stack";
