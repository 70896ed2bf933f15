// Stands for @oeway/vue-window, which imjoy-core registers and which draws floating windows. itkwidgets draws into the
// output of its cell, so there are none.
globalThis.VueWindow = { install() {} };
