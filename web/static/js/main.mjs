// Start what makes the pages more comfortable; every page works without it.
import { startCopying } from "./copy.mjs";
import { startLeaving } from "./fieldwork_leave.mjs";
import { startFocus } from "./focus.mjs";
import { startEchoes } from "./numbers.mjs";
import { startPrinting } from "./print.mjs";
import { startWhatIf } from "./whatif.mjs";

startFocus(document);
startEchoes(document);
startWhatIf(document);
startCopying(document);
startPrinting(document);
startLeaving(document);
