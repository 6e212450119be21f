/** Memory of bytes that nobody needs any more. For the engine's worker, and for the service worker. */
/** What was handed to a port that is closed is nobody's. Garbage would be collected only when there are some 100 MB of it. */
export declare function giveBack(buffer: ArrayBuffer): void;
