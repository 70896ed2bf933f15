/** The part of itk-vtk-viewer 14.51.0 that the page uses; the package ships no such types. */
declare namespace itkVtkViewer {
  type Mode = "XPlane" | "YPlane" | "ZPlane" | "Volume";
  type Point = [number, number, number];

  interface MultiscaleImage {
    scaleInfo: { pixelArrayPath: string; arrayShape: Map<string, number> }[];
    /** Meant to be overridden ("Override me in a derived class"). Indices run c, x, y, z, t. */
    getChunksImpl(scale: number, cxyzt: number[][]): Promise<ArrayBuffer[]>;
    getImage(scale: number, worldBounds?: number[]): Promise<unknown>;
  }
  interface Camera {
    setFocalPoint(x: number, y: number, z: number): void;
    setPosition(x: number, y: number, z: number): void;
    setViewUp(x: number, y: number, z: number): void;
    /** Half of the height of the view, in mm. */
    setParallelScale(half: number): void;
  }
  interface ViewProxy {
    resize(): void;
    onResize(callback: (pixels: { width: number; height: number }) => void): void;
    getOpenGLRenderWindow(): { setSize(width: number, height: number): void };
    resetCamera(): void;
    getCamera(): Camera;
    /** The volume's mapper draws fewer pixels, by this factor at first, while it turns. */
    getRepresentations(): { getMapper(): { setInitialInteractionScale(factor: number): void } }[];
    getRenderer(): { resetCameraClippingRange(): void };
    getInteractor(): { requestAnimation(who: string): void; cancelAnimation(who: string): void };
  }
  interface Viewer {
    on(event: string, callback: (data: unknown) => void): void;
    setViewMode(mode: Mode): void;
    setXSlice(mm: number): void;
    setYSlice(mm: number): void;
    setZSlice(mm: number): void;
    setImageColorMap(name: string, component: number): void;
    setImageColorRangeBounds(range: [number, number], component: number): void;
    setImageColorRange(range: [number, number], component: number): void;
    setImagePiecewiseFunctionPoints(points: [number, number][], component: number): void;
    setImageBlendMode(mode: "Composite" | "Maximum"): void;
    setImageShadowEnabled(on: boolean): void;
    /** From 0, fine, to 1, coarse: the step along a ray. */
    setImageVolumeSampleDistance(distance: number): void;
    setImageScale(level: number): void;
    getLoadedScale(): number | null;
    setAnnotationsEnabled(on: boolean): void;
    getViewProxy(): ViewProxy;
    render(): void;
  }
  const utils: {
    toMultiscaleSpatialImage(store: { getItem(key: string): Promise<ArrayBuffer> }): Promise<MultiscaleImage>;
  };
  function createViewer(element: HTMLElement, options: object): Promise<Viewer>;
}
