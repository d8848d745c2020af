/** Who may do something, each including the ones after it. */
export type Role = 'everyone' | 'teacher' | 'administrator';
