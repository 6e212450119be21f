/** What is dragged in the list, by the type of what it carries: nothing else is dropped there. */
export const CHANNEL_DRAG = 'application/x-reforms-channel'
export const SECTION_DRAG = 'application/x-reforms-section'
