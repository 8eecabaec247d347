/** A frame as it travels: JSON text, or a terminal's bytes behind their stream id. */
export type Frame = string | Uint8Array;

/**
 * One end of a two-way, ordered, loss-free pipe of frames: a WebSocket, a MessagePort, or a pair in memory. The protocol above it is the
 * same. Listeners are set once, at once after the pipe was made; a frame that comes before is not lost on any transport of ours.
 */
export interface Transport {
  /** Sending on a closed transport is no error and does nothing. */
  send(frame: Frame): void;
  onFrame(listener: (frame: Frame) => void): void;
  /** Comes once, from either side, with a reason for a person; empty when it was closed on purpose. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
  /** Bytes sent and not yet taken by the system; 0 where the pipe does not say (MessagePort). */
  buffered(): number;
}
